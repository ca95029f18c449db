"""Sample posters of each style in each season, small, for the studio's pages."""
